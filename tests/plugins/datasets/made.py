"""Tiny files of each layout, written as the published ones are."""

# ruff: noqa: E501  # lines of data stay whole

import gzip


def write(folder, **files):
    """Write files by name, packed where the name ends in .gz; the folder as text."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = data.encode() if isinstance(data, str) else data
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return str(folder)


def recbole(folder):
    return write(folder, **{
        "shop.inter": "user_id:token\titem_id:token\trating:float\ttimestamp:float\tdevice:token\n"
        "7\t1\t4.5\t200.0\tphone\n7\t2\t\t100\t\n5\t1\t2\t300\tweb\n",
        "shop.item": "item_id:token\tmovie_title:token_seq\tclass:token_seq\tyear:float\tvector:float_seq\n"
        "1\tToy Story\tAnimation Comedy\t1995\t0.5 -1\n2\t\t\t\t\n3\tHeat\tCrime\t1995\t\n",
        "shop.user": "user_id:token\tage:token\n5\t33\n7\t57\n",
    })  # fmt: skip


def amazon_2014(folder):
    return write(folder, **{
        "reviews_Beauty_5.json.gz":
        '{"reviewerID": "A1YJEY40YUW4SE", "asin": "7806397051", "reviewerName": "Andrea", "helpful": [3, 4], '
        '"reviewText": "Very oily and creamy.", "overall": 1.0, "summary": "Don\'t", '
        '"unixReviewTime": 1391040000, "reviewTime": "01 30, 2014"}\n'
        '{"reviewerID": "A60XNB876KYML", "asin": "B00004TMFE", "overall": 5.0, "unixReviewTime": 1397779200}\n',
        "meta_Beauty.json.gz":
        "{'asin': '7806397051', 'description': \"Don't eat.\", 'title': 'WAWO \"15\" Color &amp; Palette', "
        "'price': 8.17, 'imUrl': 'http://x/y.jpg', 'related': {'also_bought': ['B00004TMFE'], 'title': 1}, "
        "'salesRank': {'Beauty': 1}, 'categories': [['Beauty', 'Makeup'], ['Beauty', 'Face']], 'brand': ''}\n"
        "{'asin': 'B00004TMFE', 'title': 'It\\'s \"caf\\xe9\"', 'categories': [['Beauty']]}\n",
    })  # fmt: skip


def amazon_2018(folder):
    return write(folder, **{
        "All_Beauty.json.gz":
        '{"overall": 5.0, "verified": true, "reviewerID": "A3CIUOJXQ5VDQ2", "asin": "B0000530HU", '
        '"style": {"Size:": " 7.0 oz"}, "unixReviewTime": 1392681600}\n',
        "meta_All_Beauty.json.gz":
        '{"category": ["Beauty", "Shaving"], "tech1": "", "description": ["Cools.", "Soothes."], "title": '
        '"After Shave", "feature": ["7 oz"], "brand": "Aqua Velva", "price": "$1,012.50", "asin": "B0000530HU"}\n'
        '{"category": [], "description": [], "title": "", "brand": "", "price": "", "asin": "B0000530HV"}\n',
    })  # fmt: skip


def amazon_2023(folder):
    return write(folder, **{
        "All_Beauty.jsonl":
        '{"rating": 4.0, "title": "Nice", "text": "x", "images": [], "asin": "B00YQ6X8EO", '
        '"parent_asin": "B00YQ6X8EP", "user_id": "AGKHLEW2SOWHNMFQIJGBECAF7INQ", "timestamp": 1588687728923, '
        '"helpful_vote": 0, "verified_purchase": true}\n',
        "meta_All_Beauty.jsonl":
        '{"main_category": "All Beauty", "title": "Howard LC0008", "average_rating": 4.8, "features": ["Oil"], '
        '"description": ["[New] Feeds wood.", ""], "price": 5.5, "store": "Howard Products", '
        '"categories": ["Wax"], "parent_asin": "B00YQ6X8EP", "bought_together": null}\n',
    })  # fmt: skip


def mind(folder):
    first = (
        "1\tU1\t11/11/2019 9:05:58 AM\tN10 N11\tN1-0 N2-1 N3-0\n"
        "2\tU2\t11/12/2019 6:11:30 PM\t\tN2-0\n"
    )  # fmt: skip
    second = "1\tU1\t11/15/2019 12:00:00 AM\tN10 N11\tN3-1 N1-0\n"
    news = (
        "N1\tsports\tsoccer\tA \"goal\tWon.\thttps://x\t[{\"Label\": \"FC Bar\", \"Type\": \"O\"}]\t[]\n"
        "N2\tnews\tlocal\tTwo\t\thttps://y\t[]\t[]\n"
    )  # fmt: skip
    more = "N2\tnews\tlocal\tTwo\t\thttps://y\t[]\t[]\nN3\tnews\tworld\tThree\tIt rains.\thttps://z\t\t\n"
    return write(folder, **{
        "MINDsmall_train/behaviors.tsv": first, "MINDsmall_train/news.tsv": news,
        "MINDsmall_dev/behaviors.tsv": second, "MINDsmall_dev/news.tsv": more,
    })  # fmt: skip


def yelp(folder):
    return write(folder, **{
        "yelp_academic_dataset_review.json":
        '{"review_id":"r1","user_id":"mh_-eMZ6K5RLWhZyISBhwA","business_id":"XQfwVwDr-v0ZS3_CbbE5Xw","stars":3.0,'
        '"useful":0,"funny":0,"cool":0,"text":"If you decide\\nto eat here","date":"2018-07-07 22:09:11"}\n'
        '{"review_id":"r2","user_id":"u2","business_id":"b2","stars":5,"text":"Good","date":"2011-01-02"}\n',
        "yelp_academic_dataset_business.json":
        '{"business_id":"XQfwVwDr-v0ZS3_CbbE5Xw","name":"Turning Point","address":"1460 Bethlehem Pike","city":'
        '"North Wales","state":"PA","postal_code":"19454","latitude":40.25,"longitude":-75.25,"stars":3.0,'
        '"review_count":169,"is_open":1,"attributes":{"NoiseLevel":"u\'average\'"},'
        '"categories":"Restaurants, Food, Bubble Tea","hours":null}\n'
        '{"business_id":"b2","name":"Old","full_address":"1 Main St","categories":["Bars","Pubs"],"open":true}\n',
        "yelp_academic_dataset_user.json":
        '{"user_id":"u2","name":"Walker","review_count":585,"yelping_since":"2007-01-25 16:47:26",'
        '"friends":"a, b","fans":267,"average_stars":3.91}\n',
    })  # fmt: skip


def goodreads(folder):
    return write(folder, **{
        "goodreads_interactions_poetry.json.gz":
        '{"user_id": "8842281e", "book_id": "1384", "review_id": "r", "is_read": true, "rating": 4, '
        '"review_text_incomplete": "", "date_added": "Wed May 09 09:33:44 -0700 2007", '
        '"date_updated": "Wed May 09 09:33:45 -0700 2007", "read_at": "", "started_at": ""}\n'
        '{"user_id": "8842281e", "book_id": "1376", "review_id": "s", "is_read": false, "rating": 0, '
        '"date_added": "Wed May 09 09:33:18 -0700 2007", "date_updated": "Thu May 10 09:33:18 -0700 2007", '
        '"read_at": "", "started_at": ""}\n',
        "goodreads_books_poetry.json.gz":
        '{"isbn": "", "book_id": "1384", "title": "Das \\"Lied\\"", "authors": [{"author_id": "8", "role": ""}, '
        '{"author_id": "9", "role": "Editor"}], "description": "Poems.", "popular_shelves": [{"count": "20", '
        '"name": "poetry"}, {"count": "3", "name": "to-read"}], "publisher": "", "publication_year": "1987", '
        '"num_pages": "", "language_code": "ger", "average_rating": "4.03"}\n',
        "goodreads_book_authors.json.gz":
        '{"average_rating": "3.98", "author_id": "8", "name": "A. B."}\n{"author_id": "9", "name": "C. D."}\n',
        "goodreads_book_genres_initial.json.gz":
        '{"book_id": "1384", "genres": {"history, historical fiction": 1, "poetry": 20}}\n'
        '{"book_id": "1376", "genres": {}}\n',
    })  # fmt: skip


def steam(folder):
    return write(folder, **{
        "steam_reviews.json.gz":
        "{u'username': u'Chaos Syren', u'hours': 0.1, u'products': 41, u'product_id': u'725280', "
        "u'page_order': 0, u'date': u'2017-12-17', u'text': u\"This would not be acceptable, isn't it: True.\","
        " u'early_access': False, u'page': 1}\n"
        "{u'username': u'1234', u'product_id': u'328100', u'date': u'2018-01-02', u'text': u'Caf\\xe9 "
        "\\u2019\\n', u'early_access': True}\n",
        "steam_games.json.gz":
        "{u'publisher': u'Kotoshiro', u'genres': [u'Action', u'Casual'], u'app_name': u'Lost', u'title': "
        "u'Lost Summoner', u'url': u'http://x', u'release_date': u'2018-01-04', u'tags': [u'Strategy'], "
        "u'discount_price': 4.49, u'specs': [u'Single-player'], u'price': 4.99, u'id': u'725280', "
        "u'developer': u'Kotoshiro', u'early_access': False}\n"
        "{u'app_name': u'Free One', u'price': u'Free To Play', u'id': u'328100'}\n{u'app_name': u'No id'}\n",
    })  # fmt: skip


def lastfm(folder):
    return write(folder, **{
        "usersha1-artmbid-artname-plays.tsv":
        "00000c28\t3bd73256-3905-4f3a-97e2-8b341527f805\tbetty \"blowtorch\t2137\n00000c28\t\tdie Ärzte\t1\n"
        "00001411\t3bd73256-3905-4f3a-97e2-8b341527f805\tbetty \"blowtorch\t0\n00001411\t\tdie Ärzte\t7\n",
        "usersha1-profile.tsv":
        "00000c28\tf\t\tGermany\tFeb 1, 2007\n00001411\t\t-1\t\tDec 4, 2007\n0f\tm\t22\tCanada\tJan 2, 2008\n",
    })  # fmt: skip


def retailrocket(folder):
    head = "timestamp,itemid,property,value\n"
    return write(folder, **{
        "events.csv": "timestamp,visitorid,event,itemid,transactionid\n1433221332117,257597,view,355908,\n"
        "1433224214164,257597,transaction,248676,4000\n1433221999827,111016,addtocart,318965,\n",
        "item_properties_part1.csv": f"{head}1435460400000,355908,categoryid,1338\n"
        "1431226800000,355908,categoryid,7\n1441508400000,355908,888,1116713 n277.200\n",
        "item_properties_part2.csv": f"{head}1435460400000,248676,available,0\n1439695000000,248676,available,1\n",
        "category_tree.csv": "categoryid,parentid\n1338,213\n213,\n",
    })  # fmt: skip


def bookcrossing(folder):
    ratings = (
        '"User-ID";"ISBN";"Book-Rating"\n"276725";"034545104X";"0"\n"276726";"0155061224";"5"\n'
        '"276726";" 034545104X";"10"\n'
    )
    books = (
        '"ISBN";"Book-Title";"Book-Author";"Year-Of-Publication";"Publisher";"Image-URL-S"\n'
        '"034545104X";"Flesh Tones: \\"A\\"; Novel";"M. J. Rose";"2002";"Simon &amp; Sch\xfcster";"http://x"\n'
        '"0155061224";"Rites, of; Passage";"Judith Rae";"0";"Heinle";"http://y"\n'
    )
    users = (
        '"User-ID";"Location";"Age"\n"276725";"tyler, texas, usa";NULL\n'
        '"276726";"m\xfcnchen, bayern, ";"18"\n"3";"x, y, z";"239"\n'
    )
    texts = {"BX-Book-Ratings.csv": ratings, "BX-Books.csv": books, "BX-Users.csv": users}
    return write(folder, **{name: text.encode("latin-1") for name, text in texts.items()})


def kuairec(folder):
    head = "user_id,video_id,play_duration,video_duration,time,date,timestamp,watch_ratio\n"
    return write(folder, **{
        "data/big_matrix.csv": f"{head}0,3649,13838,10867,2020-07-05 00:08:23.438,20200705,1593878903.438,1.25\n"
        "1,9598,13665,10984,2020-07-05 00:13:41.297,20200705,1593879221.297,3\n",
        "data/small_matrix.csv": f"{head}14,148,4381,6067,2020-07-05 05:27:48.378,20200705,1593898068.378,0.5\n"
        "14,183,11635,6100,,,,2\n",
        "data/item_categories.csv": 'video_id,feat\n3649,[8]\n148,"[27, 9]"\n',
        "data/user_features.csv": "user_id,user_active_degree\n0,high_active\n14,full_active\n",
        "data/kuairec_caption_category.csv":
        "video_id,manual_cover_text,caption,topic_tag,first_level_category_id,first_level_category_name,"
        "second_level_category_name\n"
        '148,UNKNOWN,精神小伙路难走,"[五爱街, 狗粮]",8,颜值,颜值随拍\n183,封面,,[],-124,UNKNOWN,UNKNOWN\n',
    })  # fmt: skip


def item_lists(folder):
    return write(folder, **{
        "train.txt": "0 0 1 2\n1 2\n2 \n", "test.txt": "0 3\n1\n2 1\n",
        "item_list.txt": "org_id remap_id\nB1 0\nB2 1\nB3 2\nB4 3\nB5 4\n",
    })  # fmt: skip


def sasrec(folder):
    return write(folder, **{"Beauty.txt": "1 9\n1 4\n2 4\n1 7\n\n"})


ALL = {
    "recbole": recbole, "amazon": amazon_2014, "mind": mind, "yelp": yelp, "goodreads": goodreads,
    "steam": steam, "lastfm-360k": lastfm, "retailrocket": retailrocket, "book-crossing": bookcrossing,
    "kuairec": kuairec, "item-lists": item_lists, "sasrec": sasrec,
}  # fmt: skip
